package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.process.Installed;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * For whoever is not root: a program in a user namespace of its own (user_namespaces(7)). It is the same user there, may make
 * network namespaces, and sees neither the networks nor the /run of this machine.
 */
final class UserNamespace {
    private static final String UNSHARE = "unshare";
    private static final String SET_UP =
            "mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up && exec \"$@\"";
    private static final String INSIDE = "holdfast.farm.inside";

    private UserNamespace() {}

    /** Whether this program is in one that it asked for. */
    static boolean isInside() {
        return Boolean.getBoolean(INSIDE);
    }

    /** What runs a command in one; util-linux has keep-caps since 2.36. */
    static List<String> command(List<String> inside) {
        List<String> command = new ArrayList<>(List.of(
                UNSHARE,
                "--user",
                "--map-current-user",
                "--keep-caps",
                "--net",
                "--mount",
                "/bin/sh",
                "-c",
                SET_UP,
                "sh"));
        command.addAll(inside);
        return command;
    }

    /** Why there can be none here; empty when there can. */
    static Optional<String> missing() {
        String said = Installed.output(command(List.of("echo", "inside")));
        return said.equals("inside")
                ? Optional.empty()
                : Optional.of("user namespaces, with which it would not, cannot be made here either: " + said);
    }

    /** The command line of a Java program like this one, in one. */
    static List<String> java(String mainClass, List<String> arguments) {
        List<String> java = new ArrayList<>(List.of(Installed.java()));
        java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        java.addAll(List.of("-D" + INSIDE + "=true", "-cp", System.getProperty("java.class.path"), mainClass));
        java.addAll(arguments);
        return command(java);
    }

    /** Runs it with our input and output; its exit code. Ends after it, whatever ends this program. */
    static int run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        Thread hook = new Thread(() -> end(process), "end what runs in the user namespace");
        Runtime.getRuntime().addShutdownHook(hook);
        int code = process.waitFor();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // This program is ending too.
        }
        return code;
    }

    private static void end(Process process) {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
