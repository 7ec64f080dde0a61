package dev.holdfast.agent;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * The arrows between packages run one way: AgentMain → link → cycle → preflight → takeover → process → linux. The takeover
 * has the observer beside it, which follows protocols.
 */
class ArrowsTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.holdfast.agent");

    @Test
    void arrowsRunOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("main")
                .definedBy("dev.holdfast.agent")
                .layer("link")
                .definedBy("dev.holdfast.agent.link..")
                .layer("cycle")
                .definedBy("dev.holdfast.agent.cycle..")
                .layer("preflight")
                .definedBy("dev.holdfast.agent.preflight..")
                .layer("takeover")
                .definedBy("dev.holdfast.agent.takeover..")
                .layer("process")
                .definedBy("dev.holdfast.agent.process..")
                .layer("observer")
                .definedBy("dev.holdfast.agent.observer..")
                .layer("protocol")
                .definedBy("dev.holdfast.agent.protocol..")
                .layer("linux")
                .definedBy("dev.holdfast.agent.linux..")
                .whereLayer("main")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("link")
                .mayOnlyBeAccessedByLayers("main")
                .whereLayer("cycle")
                .mayOnlyBeAccessedByLayers("main", "link")
                .whereLayer("preflight")
                .mayOnlyBeAccessedByLayers("link", "cycle")
                .whereLayer("takeover")
                .mayOnlyBeAccessedByLayers("main", "cycle", "preflight")
                .whereLayer("process")
                .mayOnlyBeAccessedByLayers("main", "link", "cycle", "preflight", "takeover")
                .whereLayer("observer")
                .mayOnlyBeAccessedByLayers("takeover")
                .whereLayer("protocol")
                .mayOnlyBeAccessedByLayers("takeover", "observer")
                .whereLayer("protocol")
                .mayNotAccessAnyLayer()
                .whereLayer("linux")
                .mayOnlyBeAccessedByLayers("cycle", "preflight", "takeover", "process", "observer")
                .check(CLASSES);
    }

    @Test
    void belowTheLinkNobodyKnowsGrpc() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.holdfast.agent.cycle..",
                        "dev.holdfast.agent.preflight..",
                        "dev.holdfast.agent.takeover..",
                        "dev.holdfast.agent.process..",
                        "dev.holdfast.agent.observer..",
                        "dev.holdfast.agent.protocol..",
                        "dev.holdfast.agent.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void belowTheCycleNobodyKnowsTheWireContract() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.holdfast.agent.preflight..",
                        "dev.holdfast.agent.takeover..",
                        "dev.holdfast.agent.process..",
                        "dev.holdfast.agent.observer..",
                        "dev.holdfast.agent.protocol..",
                        "dev.holdfast.agent.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.holdfast.proto..")
                .check(CLASSES);
    }
}
