// The header is C++ as well; the functions are found under their C names.
#include <cstdio>
#include <strongupdate.h>

int main()
{
	strongupdate_options options = strongupdate_options_init();
	strongupdate_targets targets = strongupdate_targets_init();
	strongupdate_patch *patch = nullptr;
	strongupdate_error *error = strongupdate_patch_open("/dev/null", &patch);
	const char byte = 0;
	void (*open_bytes)(strongupdate_error *) = strongupdate_error_free;

	if (!error || patch || options.size != sizeof(options) || targets.pid_count)
		return 1;
	open_bytes(error);
	open_bytes(strongupdate_patch_open_bytes(&byte, 1, &patch));
	std::puts(strongupdate_version());
	return 0;
}
