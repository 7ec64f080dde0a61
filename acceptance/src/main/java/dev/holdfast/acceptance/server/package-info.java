/** Real servers, unmodified, each as two versions to upgrade between. */
@NullMarked
package dev.holdfast.acceptance.server;

import org.jspecify.annotations.NullMarked;
