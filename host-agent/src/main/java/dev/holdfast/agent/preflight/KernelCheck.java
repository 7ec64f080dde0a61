package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.ProcFiles;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls that the takeover is made of are in Linux 5.10, and it knows the registers of x86-64 alone. */
final class KernelCheck implements Check {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final int MAJOR = 5;
    private static final int MINOR = 10;
    private static final String ARCHITECTURE = "amd64";
    private static final int LONGEST = 256;

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public List<Finding> look(Subject subject) {
        String release =
                ProcFiles.read("/proc/sys/kernel/osrelease", LONGEST).orElse("").strip();
        return List.of(finding(release, System.getProperty("os.arch")));
    }

    Finding finding(String release, String architecture) {
        Matcher version = VERSION.matcher(release);
        boolean recent =
                version.matches() && isRecent(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)));
        if (!recent) {
            return Finding.refused(name(), "Linux " + release + " is too old: use 5.10 or newer");
        }
        return architecture.equals(ARCHITECTURE)
                ? Finding.passed(name(), "Linux " + release + " on x86-64")
                : Finding.refused(name(), "this host is " + architecture + ": servers are upgraded on x86-64 only");
    }

    private static boolean isRecent(int major, int minor) {
        return major > MAJOR || (major == MAJOR && minor >= MINOR);
    }
}
