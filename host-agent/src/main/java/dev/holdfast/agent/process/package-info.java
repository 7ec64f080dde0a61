/** Server processes: launching, watching and stopping them, and the process table. Knows the kernel, no manager. */
@NullMarked
package dev.holdfast.agent.process;

import org.jspecify.annotations.NullMarked;
