package dev.holdfast.common.bundle;

/** What is at a path of a bundle. */
public sealed interface BundleEntry {
    record Directory() implements BundleEntry {}

    /**
     * A regular file.
     *
     * @param size in bytes
     */
    record File(boolean executable, long size) implements BundleEntry {}

    /**
     * A symbolic link that stays in the bundle.
     *
     * @param target relative to the link's directory
     */
    record Link(String target) implements BundleEntry {}
}
