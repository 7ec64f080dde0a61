/** The surrogate: the program that runs on every host. */
@NullMarked
package dev.holdfast.agent;

import org.jspecify.annotations.NullMarked;
