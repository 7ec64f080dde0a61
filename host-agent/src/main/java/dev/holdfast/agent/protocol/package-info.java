/** The protocols in which it can be told whether a server owes an answer: pure functions of the bytes of both directions. */
@NullMarked
package dev.holdfast.agent.protocol;

import org.jspecify.annotations.NullMarked;
