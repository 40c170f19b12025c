/* What a worker that runs a submission asks of the system. */
#pragma once
#include <stdint.h>

/* As fork; the child ends when its parent does. */
int cnn_grade_fork(void);

/* Limits that hold until the process ends: bytes of addresses, seconds of processor time, open files; no file may be
 * written and no core left behind. 0, or the number of an error. */
int cnn_grade_limit(uint64_t address_bytes, uint64_t seconds);

/* From here on the process can start no program, open no socket, and open files for reading only. 0 where the system
 * cannot do that. */
int cnn_grade_refuse_calls(void);

/* Waits until the file system of an open file has written everything down. */
void cnn_grade_settle(int descriptor);
