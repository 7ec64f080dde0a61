/** Hosts, their agents and the server processes on them. */
@NullMarked
package dev.holdfast.manager.fleet;

import org.jspecify.annotations.NullMarked;
