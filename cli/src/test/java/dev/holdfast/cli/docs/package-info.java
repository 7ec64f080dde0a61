@NullMarked
package dev.holdfast.cli.docs;

import org.jspecify.annotations.NullMarked;
