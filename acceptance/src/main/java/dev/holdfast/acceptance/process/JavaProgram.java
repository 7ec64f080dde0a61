package dev.holdfast.acceptance.process;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * How a program of this project is started.
 *
 * @param prefix what runs it, as {@code setpriv} with its arguments; may be empty
 */
record JavaProgram(List<String> prefix, String classPath, List<String> flags, String mainClass) {
    private static final List<String> FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders");

    /** How this program is compiled, that one is too: where many are started for a moment each, the second compiler is no help. */
    private static final List<String> COMPILER = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("-XX:TieredStopAtLevel="))
            .toList();

    static JavaProgram manager() {
        return of("dev.holdfast.manager.ManagerMain", "-Xmx256m");
    }

    static JavaProgram agent() {
        return of("dev.holdfast.agent.AgentMain", "-Xms8m", "-Xmx128m", "-XX:TieredStopAtLevel=1");
    }

    private static JavaProgram of(String mainClass, String... heap) {
        return new JavaProgram(List.of(), System.getProperty("java.class.path"), List.of(heap), mainClass);
    }

    /** The same with more options for its virtual machine. */
    JavaProgram with(List<String> options) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(options);
        return new JavaProgram(prefix, classPath, all, mainClass);
    }

    /** The same from another installation. */
    JavaProgram from(String otherClassPath) {
        return new JavaProgram(prefix, otherClassPath, flags, mainClass);
    }

    /** The same run as an ordinary user, with a class path that the user can read. */
    JavaProgram as(String user, String readableClassPath) {
        List<String> setpriv = List.of("setpriv", "--reuid=" + user, "--regid=nogroup", "--clear-groups", "--");
        return new JavaProgram(setpriv, readableClassPath, flags, mainClass);
    }

    /** The same started by another program, as {@code ip netns exec NAME}. */
    JavaProgram startedBy(List<String> command) {
        return new JavaProgram(command, classPath, flags, mainClass);
    }

    /** Its command line, in a session of its own: Ctrl-C on our terminal is for us, we stop it in good order. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        Installed.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(prefix);
        command.add(Installed.java());
        command.addAll(FLAGS);
        command.addAll(COMPILER);
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }
}
