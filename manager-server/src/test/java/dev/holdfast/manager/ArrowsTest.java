package dev.holdfast.manager;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** Arrows run one way: ManagerMain, api, upgrade, fleet, store. */
class ArrowsTest {
    private static final String ROOT = "dev.holdfast.manager";

    private static final JavaClasses CLASSES = read();

    /** Names of foreign classes are enough: to look into all of them takes longer than the checks. */
    private static JavaClasses read() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(ROOT);
    }

    @Test
    void layersCallDownwardsOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("main")
                .definedBy(ROOT)
                .layer("api")
                .definedBy(ROOT + ".api..")
                .layer("upgrade")
                .definedBy(ROOT + ".upgrade..")
                .layer("fleet")
                .definedBy(ROOT + ".fleet..")
                .layer("rollout")
                .definedBy(ROOT + ".rollout..")
                .layer("wake")
                .definedBy(ROOT + ".wake..")
                .layer("store")
                .definedBy(ROOT + ".store..")
                .layer("site")
                .definedBy(ROOT + ".site..")
                .layer("postgres")
                .definedBy(ROOT + ".postgres..")
                .whereLayer("main")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("main")
                .whereLayer("upgrade")
                .mayOnlyBeAccessedByLayers("main", "api")
                .whereLayer("fleet")
                .mayOnlyBeAccessedByLayers("main", "api", "upgrade")
                .whereLayer("rollout")
                .mayOnlyBeAccessedByLayers("api", "upgrade")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("main", "api", "upgrade", "fleet", "wake")
                .whereLayer("wake")
                .mayOnlyBeAccessedByLayers("main")
                .whereLayer("site")
                .mayOnlyBeAccessedByLayers("main", "api")
                .whereLayer("postgres")
                .mayOnlyBeAccessedByLayers("main")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void planningKnowsNoNetwork() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".upgrade..", ROOT + ".rollout..", ROOT + ".fleet..", ROOT + ".store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.netty..")
                .check(CLASSES);
    }
}
