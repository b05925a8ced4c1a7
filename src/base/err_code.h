/* The kinds of errors: one table with the name that reports have for each, and the exit status of the
 * command. */
#ifndef SU_BASE_ERR_CODE_H
#define SU_BASE_ERR_CODE_H

enum su_code {
	SU_E_INTERNAL,	  /* a defect in StrongUpdate itself */
	SU_E_USAGE,	  /* the command line or the API call is wrong */
	SU_E_IO,	  /* a file or system call failed */
	SU_E_FORMAT,	  /* an input file is malformed, truncated or corrupted */
	SU_E_UNSUPPORTED, /* the input is valid but outside of what can be updated soundly */
	SU_E_MISMATCH,	  /* patch and process do not belong together */
	SU_E_STATE,	  /* applied twice, nothing to revert, half-done update */
	SU_E_PERMISSION,  /* the process may not be traced */
	SU_E_GONE,	  /* no such process, or it exited under way */
	SU_E_BUSY,	  /* a thread could not be brought to a checkpoint in time */
	SU_E_DAMAGED,	  /* the target needs recovery or may be damaged */
	SU_E_COUNT
};

const char *su_code_name(enum su_code code); /* "mismatch", for --json */
int su_code_exit_status(enum su_code code);

#endif
