/** The manifest of an image: how to run, probe, stop and take over a server. */
@NullMarked
package dev.holdfast.common.manifest;

import org.jspecify.annotations.NullMarked;
