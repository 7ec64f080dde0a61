/**
 * Whether a server process can be upgraded, and why not, found out before anything is touched. Each check is one class; what
 * they look for and the way out is in docs/preflight.md.
 */
@NullMarked
package dev.holdfast.agent.preflight;

import org.jspecify.annotations.NullMarked;
