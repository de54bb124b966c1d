#include "textflag.h"

// func goroutine() (id, used uintptr)
TEXT ·goroutine(SB), NOSPLIT, $0-16
	MOVD g, R0
	MOVD R0, id+0(FP)
	MOVD 8(R0), R1 // g.stack.hi
	MOVD RSP, R2
	SUB R2, R1
	MOVD R1, used+8(FP)
	RET
