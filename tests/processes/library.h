void library_loop(void (*say)(const char *version, int n));
void library_once(void (*say)(const char *version, int n), int n);
