/* SPDX-License-Identifier: BSD-3-Clause */
/* The registers of the scratch device and of the UART, in every size of access. */
#include "payload.h"

#define FR   0x18
#define ILPR 0x20
#define IBRD 0x24
#define ID   0xfe0

#define REGISTER(type, address) (*(volatile type *)(address))

static void check_registers(const char *name, uint64_t device)
{
	REGISTER(uint64_t, device + 0x200) = 0x8877665544332211;
	expect(REGISTER(uint64_t, device + 0x200) == 0x8877665544332211, name);
	expect(REGISTER(uint32_t, device + 0x200) == 0x44332211, name);
	expect(REGISTER(uint32_t, device + 0x204) == 0x88776655, name);
	expect(REGISTER(uint16_t, device + 0x206) == 0x8877, name);
	REGISTER(uint8_t, device + 0x201) = 0xaa;
	expect(REGISTER(uint8_t, device + 0x201) == 0xaa, name);
	expect(REGISTER(uint32_t, device + 0x200) == 0x4433aa11, name);
	REGISTER(uint16_t, device + 0x203) = 0xbbcc;
	expect(REGISTER(uint64_t, device + 0x200) == 0x887766bbcc33aa11, name);
	REGISTER(uint32_t, device + 0xffc) = 7;
	expect(REGISTER(uint32_t, device + 0xffc) == 7, name);
	print(name);
}

void payload_main(void)
{
	check_registers("scratch device\n", unprotected + 0x0a000000);
	REGISTER(uint32_t, uart + IBRD) = 0x1234;
	expect(REGISTER(uint32_t, uart + IBRD) == 0x1234, "IBRD");
	expect(REGISTER(uint8_t, uart + IBRD + 1) == 0x12, "IBRD, a byte");
	REGISTER(uint64_t, uart + ILPR) = 0x0000032100000015;
	expect(REGISTER(uint64_t, uart + ILPR) == 0x0000032100000015, "ILPR and IBRD");
	expect(REGISTER(uint32_t, uart + ID) == 0x11, "identification");
	print("UART\n");
	REGISTER(uint32_t, uart + FR) = 0;
	expect(REGISTER(uint32_t, uart + FR) == 0x90, "FR");
	expect(REGISTER(uint8_t, uart + FR) == 0x90, "FR, a byte");
	expect(REGISTER(uint64_t, uart + FR) == 0x90, "FR and its neighbour");
	REGISTER(uint16_t, uart) = 0x4f;
	REGISTER(uint8_t, uart) = 0x4b;
	REGISTER(uint8_t, uart + 1) = 0x21; /* no byte of DR that is sent */
	REGISTER(uint64_t, uart) = 0x0a;
}
