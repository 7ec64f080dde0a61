package dev.holdfast.manager.fleet;

/** How an image is asked for. */
public record ImageName(String tenant, String name, String version) {}
