/** Reads YAML that people wrote, and says where it is wrong. */
@NullMarked
package dev.holdfast.common.yaml;

import org.jspecify.annotations.NullMarked;
