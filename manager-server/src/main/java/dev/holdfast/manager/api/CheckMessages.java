package dev.holdfast.manager.api;

import dev.holdfast.manager.upgrade.CheckedProcess;
import dev.holdfast.proto.admin.v1.Finding;
import dev.holdfast.proto.admin.v1.ProcessCheck;

/** What agents found, as callers are told it. */
final class CheckMessages {
    private CheckMessages() {}

    static ProcessCheck of(CheckedProcess checked) {
        return ProcessCheck.newBuilder()
                .setProcessId(checked.process().id().toString())
                .setHost(checked.process().host())
                .setFromVersion(checked.process().imageVersion())
                .addAllFindings(
                        checked.findings().stream().map(CheckMessages::of).toList())
                .build();
    }

    private static Finding of(dev.holdfast.proto.agent.v1.Finding finding) {
        return Finding.newBuilder()
                .setCheck(finding.getCheck())
                .setSeverity(severity(finding.getSeverity()))
                .setDetail(finding.getDetail())
                .build();
    }

    /** What an agent leaves open, or says in words of a later version, is for a person to judge. */
    private static Finding.Severity severity(dev.holdfast.proto.agent.v1.Finding.Severity severity) {
        return switch (severity) {
            case SEVERITY_PASSED -> Finding.Severity.SEVERITY_PASSED;
            case SEVERITY_WARNING, SEVERITY_UNSPECIFIED, UNRECOGNIZED -> Finding.Severity.SEVERITY_WARNING;
            case SEVERITY_REFUSED -> Finding.Severity.SEVERITY_REFUSED;
        };
    }
}
