package dev.holdfast.manager.api;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.Status;
import dev.holdfast.manager.refusal.Refusal;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/** Refusals as canonical codes with google.rpc details. */
final class RefusalStatus {
    static final String DOMAIN = "holdfast.dev";

    private RefusalStatus() {}

    static StatusRuntimeException of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Invalid(String field, String description) ->
                status(
                        Code.INVALID_ARGUMENT,
                        field + ": " + description,
                        "INVALID_FIELD",
                        BadRequest.newBuilder()
                                .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                        .setField(field)
                                        .setDescription(description))
                                .build());
            case Refusal.Unknown(String type, String name, String description) ->
                status(Code.NOT_FOUND, description, "NOT_FOUND", resource(type, name, description));
            case Refusal.Taken(String type, String name, String description) ->
                status(Code.ALREADY_EXISTS, description, "ALREADY_EXISTS", resource(type, name, description));
            case Refusal.Unmet unmet -> unmet(unmet.type(), unmet.description(), List.of(unmet));
            case Refusal.Several(String type, String description, List<Refusal.Unmet> each) ->
                unmet(type, description, each);
        };
    }

    private static StatusRuntimeException unmet(String type, String description, List<Refusal.Unmet> each) {
        PreconditionFailure.Builder failure = PreconditionFailure.newBuilder();
        each.forEach(unmet -> failure.addViolations(PreconditionFailure.Violation.newBuilder()
                .setType(unmet.type())
                .setSubject(unmet.subject())
                .setDescription(unmet.description())));
        return status(Code.FAILED_PRECONDITION, description, type, failure.build());
    }

    private static ResourceInfo resource(String type, String name, String description) {
        return ResourceInfo.newBuilder()
                .setResourceType(type)
                .setResourceName(name)
                .setDescription(description)
                .build();
    }

    private static StatusRuntimeException status(Code code, String message, String reason, Message detail) {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(DOMAIN)
                        .build()))
                .addDetails(Any.pack(detail))
                .build());
    }
}
