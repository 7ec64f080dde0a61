package dev.holdfast.cli.failure;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.PreconditionFailure;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.common.text.Reasons;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the manager answers when it refuses: a canonical code with google.rpc details. */
public final class GrpcFailures {
    private GrpcFailures() {}

    /** What a call to the manager at this address ended with. */
    public static Failure of(Throwable thrown, String manager) {
        Status status = Status.fromThrowable(thrown);
        String code = status.getCode().name();
        String message = Optional.ofNullable(status.getDescription()).orElse("the manager answered " + code);
        return switch (status.getCode()) {
            case UNAVAILABLE ->
                new Failure(
                        code,
                        ExitCode.UNREACHABLE,
                        "cannot reach the manager at " + manager + " (" + rootMessage(status, message) + ")",
                        List.of(),
                        "start one with: holdfast manager; or say where it is with --manager HOST:PORT or"
                                + " HOLDFAST_MANAGER");
            case DEADLINE_EXCEEDED ->
                new Failure(
                        code,
                        ExitCode.UNREACHABLE,
                        "the manager at " + manager + " did not answer in time",
                        List.of(),
                        "see its log; what was asked may have been done all the same");
            case UNIMPLEMENTED ->
                new Failure(
                        code,
                        ExitCode.FAILED,
                        "the program at " + manager + " does not know this request",
                        List.of(),
                        "is that the manager's admin port, and is the manager as new as this command?");
            case INVALID_ARGUMENT, OUT_OF_RANGE -> new Failure(code, ExitCode.USAGE, message, fields(thrown), "");
            case NOT_FOUND -> new Failure(code, ExitCode.NOT_FOUND, message, List.of(), "");
            case FAILED_PRECONDITION -> new Failure(code, ExitCode.REFUSED, message, unmet(thrown), "");
            case ALREADY_EXISTS, ABORTED -> new Failure(code, ExitCode.REFUSED, message, List.of(), "");
            case INTERNAL, UNKNOWN, DATA_LOSS ->
                new Failure(code, ExitCode.FAILED, message, List.of(), "the manager's log says more");
            case OK, CANCELLED, PERMISSION_DENIED, UNAUTHENTICATED, RESOURCE_EXHAUSTED ->
                new Failure(code, ExitCode.FAILED, message, List.of(), "");
        };
    }

    private static List<Failure.Field> fields(Throwable thrown) {
        return details(thrown, BadRequest.class)
                .flatMap(request -> request.getFieldViolationsList().stream())
                .map(violation -> new Failure.Field(violation.getField(), violation.getDescription()))
                .toList();
    }

    private static List<Failure.Field> unmet(Throwable thrown) {
        return details(thrown, PreconditionFailure.class)
                .flatMap(failure -> failure.getViolationsList().stream())
                .map(violation -> new Failure.Field(violation.getSubject(), violation.getDescription()))
                .toList();
    }

    private static <T extends Message> Stream<T> details(Throwable thrown, Class<T> type) {
        com.google.rpc.@Nullable Status status = StatusProto.fromThrowable(thrown);
        List<Any> details = status == null ? List.of() : status.getDetailsList();
        return details.stream().filter(detail -> detail.is(type)).flatMap(detail -> unpacked(detail, type));
    }

    private static <T extends Message> Stream<T> unpacked(Any detail, Class<T> type) {
        try {
            return Stream.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException _) {
            return Stream.empty();
        }
    }

    private static String rootMessage(Status status, String message) {
        return status.getCause() == null ? message : Reasons.root(status.getCause());
    }
}
