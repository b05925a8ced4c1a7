/* What every file may use: attributes of functions, and assertions. */
#ifndef SU_BASE_BASICS_H
#define SU_BASE_BASICS_H

#define SU_MUST_CHECK __attribute__((warn_unused_result))
#define SU_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* An assertion that stays compiled in: prints where and aborts. */
#define su_assert(cond) ((cond) ? (void)0 : su_assert_failed(#cond, __FILE__, __LINE__))
void su_assert_failed(const char *cond, const char *file, int line) __attribute__((noreturn));

#endif
