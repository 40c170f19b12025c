/* What a worker that runs a submission asks of the system. */
#pragma once
#include <stdint.h>

/* From here on the process ends when that parent of it does, at once where it has ended already. Only Linux knows the
 * first. */
void cnn_grade_end_with(int parent);

/* As fork; the child ends when its parent does. */
int cnn_grade_fork(void);

/* Limits that hold until the process ends: bytes of addresses, seconds of processor time, open files; no file may be
 * written and no core left behind. 0, or the number of an error. */
int cnn_grade_limit(uint64_t address_bytes, uint64_t seconds);

/* From now on the process may compute twice that many seconds, and some for what the system does; then SIGXCPU ends it.
 * The limit of cnn_grade_limit stays above. */
void cnn_grade_allow(double seconds);

/* From here on the process can do no more than compute, read files, use what is open and copy itself: it starts no
 * program, opens no socket, changes no file and sends no signal. 0 where the system cannot do that. */
int cnn_grade_refuse_calls(void);

/* Waits until the file system of an open file has written everything down. */
void cnn_grade_settle(int descriptor);
