/* Wakes the interpreter's thread that waits in PacketNative.Wait; from any thread, not from an interrupt. */
#ifndef NFI_WAKE_H
#define NFI_WAKE_H

#ifdef __cplusplus
extern "C"
{
#endif
void nfi_wake_interpreter(void);
#ifdef __cplusplus
}
#endif

#endif
