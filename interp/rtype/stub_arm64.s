#include "textflag.h"

// An entry calls common, which finds by the return address which one it was;
// R19 keeps the caller's. It is entered with Go's register arguments, so that
// only R19 to R25 and R26, the closure's register, are free.

#define E \
	MOVD R30, R19; \
	CALL ·common(SB)
#define E4 \
	E; \
	E; \
	E; \
	E
#define E16 \
	E4; \
	E4; \
	E4; \
	E4
#define E64 \
	E16; \
	E16; \
	E16; \
	E16
#define E256 \
	E64; \
	E64; \
	E64; \
	E64
#define E1024 \
	E256; \
	E256; \
	E256; \
	E256
#define E4096 \
	E1024; \
	E1024; \
	E1024; \
	E1024
#define E16384 \
	E4096; \
	E4096; \
	E4096; \
	E4096

// func entries()
TEXT ·entries(SB), NOSPLIT|NOFRAME, $0-0
	E16384
	RET

TEXT ·common(SB), NOSPLIT|NOFRAME, $0-0
	MOVD R30, R20
	MOVD R19, R30
	MOVD $·entries(SB), R21
	SUB  $8, R20
	SUB  R21, R20
	MOVD $·closures(SB), R21
	ADD  R20, R21
	MOVD (R21), R26
	MOVD (R26), R21
	JMP  (R21)

// func entriesAddress() uintptr
TEXT ·entriesAddress(SB), NOSPLIT, $0-8
	MOVD $·entries(SB), R0
	MOVD R0, ret+0(FP)
	RET
