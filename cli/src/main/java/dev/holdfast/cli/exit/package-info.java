/** What the holdfast command's exit codes mean. */
@NullMarked
package dev.holdfast.cli.exit;

import org.jspecify.annotations.NullMarked;
