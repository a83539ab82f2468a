package io.agentfense.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md within the server, and from it. */
class ServerArrowsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.agentfense.server");

    private static final String[] SERVICES = {
        "io.agentfense.server.sandbox..",
        "io.agentfense.server.codebase..",
        "io.agentfense.server.access..",
        "io.agentfense.server.credential..",
        "io.agentfense.server.store..",
        "io.agentfense.server.config.."
    };

    @Test
    void theServerKnowsNothingOfTheCommandLineOrOfTheWireToTheKernel() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.agentfense.cli..", "io.agentfense.fuse..", "java.lang.foreign..")
                .check(CLASSES);
    }

    @Test
    void theServicesKnowNothingOfTheNetworkOrOfWhoCounts() {
        noClasses()
                .that()
                .resideInAnyPackage(SERVICES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.grpc..",
                        "com.linecorp.armeria..",
                        "io.agentfense.api..",
                        "io.agentfense.server.metrics..",
                        "io.agentfense.server.telemetry..",
                        "io.opentelemetry..",
                        "io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void theStoreKnowsNoOtherService() {
        noClasses()
                .that()
                .resideInAPackage("io.agentfense.server.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.agentfense.server.sandbox..",
                        "io.agentfense.server.codebase..",
                        "io.agentfense.server.access..",
                        "io.agentfense.server.config..")
                .check(CLASSES);
    }

    @Test
    void theWordsForStepsDependOnNothing() {
        noClasses()
                .that()
                .resideInAPackage("io.agentfense.server.trace..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("io.agentfense.server.trace..", "java..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void itsPackagesHaveNoCycles() {
        slices().matching("io.agentfense.server.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
