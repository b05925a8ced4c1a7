void library_loop(void (*say)(const char *version, int n));
