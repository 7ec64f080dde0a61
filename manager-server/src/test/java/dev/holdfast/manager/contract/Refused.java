package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call told its caller. */
record Refused(Status status) {
    static Refused by(Code code, ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).isNotNull();
        assertThat(io.grpc.Status.fromThrowable(failure).getCode())
                .as(failure.toString())
                .isEqualTo(code);
        Status status = StatusProto.fromThrowable(failure);
        assertThat(status).isNotNull();
        assertThat(status.getDetailsList()).isNotEmpty();
        return new Refused(status);
    }

    String message() {
        return status.getMessage();
    }

    /** Which field is wrong, and why. */
    void field(String field, String... description) throws InvalidProtocolBufferException {
        BadRequest.FieldViolation violation = detail(BadRequest.class).getFieldViolations(0);
        assertThat(violation.getField()).isEqualTo(field);
        assertThat(violation.getDescription()).contains(description);
    }

    <T extends Message> T detail(Class<T> type) throws InvalidProtocolBufferException {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(type)) {
                return detail.unpack(type);
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " in " + status);
    }
}
