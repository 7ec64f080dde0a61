/** The demo: a thousand clients watch their server being replaced. */
@NullMarked
package dev.holdfast.acceptance.demo;

import org.jspecify.annotations.NullMarked;
