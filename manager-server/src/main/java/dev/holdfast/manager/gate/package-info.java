/** Asks what an upgrade's health depends on: HTTP and Prometheus. */
@NullMarked
package dev.holdfast.manager.gate;

import org.jspecify.annotations.NullMarked;
