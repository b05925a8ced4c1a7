/* Finding cells and regions in a frame. Part of numbering.c. */
#ifndef SU_ANALYSIS_CELLS_H
#define SU_ANALYSIS_CELLS_H

#include "analysis/values.h"

/* From the states as they are now: the memory operands' frame offsets and rsp at each instruction,
 * the regions, and the cells. True when cells or regions differ from before. Regions found
 * before remain with `keep_regions`: then it comes to an end. */
bool su_frame_find(struct su_values *values, bool keep_regions);
/* Before that: which values are stack pointers in the dynamic part, and where that ends. dynamic_part.c
 */
void su_dynamic_find(struct su_values *values);

#endif
