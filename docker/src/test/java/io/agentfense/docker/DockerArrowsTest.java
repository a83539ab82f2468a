package io.agentfense.docker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md that go from here. */
class DockerArrowsTest {
    @Test
    void containersKnowNothingOfServersOrOfTheWireToTheKernel() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.agentfense.server..", "io.agentfense.cli..", "io.agentfense.fuse..", "java.lang.foreign..")
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.agentfense.docker"));
    }
}
