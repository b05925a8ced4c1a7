/* Loading libunicorn: see unicorn.h. */
#include "validate/unicorn.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/reason.h"

#define FILE_NAME "libunicorn.so.2"

static struct su_unicorn functions;
static const char *missing = FILE_NAME;

static void load_unicorn(void)
{
	const struct {
		const char *name;
		void *to;
	} symbols[] = {
		{ "uc_open", &functions.open },
		{ "uc_close", &functions.close },
		{ "uc_emu_start", &functions.emu_start },
		{ "uc_emu_stop", &functions.emu_stop },
		{ "uc_hook_add", &functions.hook_add },
		{ "uc_mem_map_ptr", &functions.mem_map_ptr },
		{ "uc_reg_read", &functions.reg_read },
		{ "uc_reg_write", &functions.reg_write },
		{ "uc_strerror", &functions.strerror },
	};
	void *library = dlopen(FILE_NAME, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < sizeof(symbols) / sizeof(*symbols); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		missing = symbol ? NULL : symbols[i].name;
		if (!symbol)
			return;
		memcpy(symbols[i].to, &symbol, sizeof(symbol));
	}
}

struct su_err *su_unicorn_load(const struct su_unicorn **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_unicorn);
	if (missing)
		return su_refuse(SU_WHY_NO_EMULATOR, missing);
	*ret = &functions;
	return NULL;
}
