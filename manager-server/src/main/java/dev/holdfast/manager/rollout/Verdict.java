package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Observed.Ending;
import dev.holdfast.manager.rollout.Observed.Host;
import dev.holdfast.manager.rollout.Observed.Stop;
import java.util.Comparator;
import java.util.List;

/** How an upgrade ends whose hosts are all at rest. */
final class Verdict {
    private Verdict() {}

    static End end(Course course) {
        if (course.goesBack()) {
            return notBack(course).isEmpty() ? End.REVERTED : End.FAILED;
        }
        return course.hosts().stream()
                .map(Verdict::end)
                .max(Comparator.naturalOrder())
                .orElse(End.DONE);
    }

    /** The first host that ended as badly, and how many more did. */
    static String reason(Course course) {
        End end = end(course);
        if (end == End.DONE) {
            return "";
        }
        if (course.goesBack() && end == End.REVERTED) {
            return course.stop().map(Stop::reason).orElse("");
        }
        List<Host> hosts = course.goesBack()
                ? notBack(course)
                : course.hosts().stream().filter(host -> end(host) == end).toList();
        Host first = hosts.getFirst();
        String said =
                Wording.because(first.name(), first.ending().map(Ending::reason).orElse(""));
        int more = hosts.size() - 1;
        return more == 0 ? said : said + "; and " + Wording.count(more, "more host");
    }

    private static End end(Host host) {
        return host.ending().map(Ending::end).orElse(End.DONE);
    }

    /** Those of which it is not sure that they run what they ran before. */
    private static List<Host> notBack(Course course) {
        return course.hosts().stream()
                .filter(host -> host.state() == HostState.FAILED)
                .filter(host -> host.returnBegin().isPresent()
                        || host.work()
                                .failure()
                                .filter(failure -> failure.end() == End.FAILED)
                                .isPresent())
                .toList();
    }
}
