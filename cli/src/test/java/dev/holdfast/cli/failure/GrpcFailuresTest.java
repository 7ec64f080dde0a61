package dev.holdfast.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.PreconditionFailure;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcFailuresTest {
    private static final String MANAGER = "[::1]:7600";

    @ParameterizedTest
    @CsvSource({
        "INVALID_ARGUMENT, 2",
        "OUT_OF_RANGE, 2",
        "NOT_FOUND, 6",
        "UNAVAILABLE, 7",
        "DEADLINE_EXCEEDED, 7",
        "FAILED_PRECONDITION, 8",
        "ALREADY_EXISTS, 8",
        "ABORTED, 8",
        "INTERNAL, 1",
        "RESOURCE_EXHAUSTED, 1",
        "PERMISSION_DENIED, 1"
    })
    void everyCodeHasItsExitCode(Status.Code code, int exitCode) {
        Failure failure = GrpcFailures.of(code.toStatus().withDescription("why").asRuntimeException(), MANAGER);

        assertThat(failure.exitCode()).isEqualTo(exitCode);
        assertThat(failure.code()).isEqualTo(code.name());
    }

    @Test
    void theRootOfUnreachabilityIsTold() {
        Failure failure = GrpcFailures.of(
                Status.UNAVAILABLE
                        .withDescription("io exception")
                        .withCause(new RuntimeException(
                                "outer",
                                new ConnectException("finishConnect(..) failed with error(-113): No route to host")))
                        .asException(),
                MANAGER);

        assertThat(failure.message()).isEqualTo("cannot reach the manager at [::1]:7600 (No route to host)");
    }

    @Test
    void everyReasonOfARefusalIsThere() {
        Throwable thrown = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Code.FAILED_PRECONDITION_VALUE)
                .setMessage("1 of 1 server processes cannot be upgraded")
                .addDetails(Any.pack(PreconditionFailure.newBuilder()
                        .addViolations(violation("web1: tls: port 443 speaks TLS"))
                        .addViolations(violation("web1: descriptors: raise LimitNOFILE"))
                        .build()))
                .build());

        assertThat(GrpcFailures.of(thrown, MANAGER).fields())
                .containsExactly(
                        new Failure.Field("process/p1", "web1: tls: port 443 speaks TLS"),
                        new Failure.Field("process/p1", "web1: descriptors: raise LimitNOFILE"));
    }

    private static PreconditionFailure.Violation.Builder violation(String description) {
        return PreconditionFailure.Violation.newBuilder()
                .setType("CHECK_REFUSED")
                .setSubject("process/p1")
                .setDescription(description);
    }

    @Test
    void fieldsComeFromTheDetails() {
        Throwable thrown = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage("two things are wrong")
                .addDetails(Any.pack(BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField("name")
                                .setDescription("must be lower-case"))
                        .build()))
                .build());

        assertThat(GrpcFailures.of(thrown, MANAGER).fields())
                .containsExactly(new Failure.Field("name", "must be lower-case"));
    }
}
