#include "loader.h"
int hostile(struct guest *g) { (void)g; return 1; }
