#include "textflag.h"

// An entry calls common, which finds by the return address which one it was.
// It is entered with Go's register arguments, so that only R12, R13 and DX,
// the closure's register, are free.

#define E \
	CALL ·common(SB); \
	BYTE $0x90; \
	BYTE $0x90; \
	BYTE $0x90
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
	POPQ R12
	LEAQ ·entries+5(SB), R13
	SUBQ R13, R12
	LEAQ ·closures(SB), R13
	MOVQ (R13)(R12*1), DX
	MOVQ (DX), R12
	JMP  R12

// func entriesAddress() uintptr
TEXT ·entriesAddress(SB), NOSPLIT, $0-8
	LEAQ ·entries(SB), AX
	MOVQ AX, ret+0(FP)
	RET
