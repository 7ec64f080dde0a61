/** Follows the connections of a server on the wire, so that the beginnings and ends of requests and answers are known. */
@NullMarked
package dev.holdfast.agent.observer;

import org.jspecify.annotations.NullMarked;
