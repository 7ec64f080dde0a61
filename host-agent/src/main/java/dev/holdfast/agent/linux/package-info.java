/** Linux system calls through java.lang.foreign: a thin caller for each, a record for each kernel struct. x86-64. */
@NullMarked
package dev.holdfast.agent.linux;

import org.jspecify.annotations.NullMarked;
