package io.agentfense.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The client uses the messages and the ignore patterns and no other module: whoever has it on the class path has no server there. */
class ClientArrowsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPath("target/classes");

    @Test
    void usesOnlyWhatItMay() {
        classes()
                .that()
                .resideInAPackage("io.agentfense.client..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.agentfense.client..",
                        "io.agentfense.api..",
                        "com.google.protobuf..",
                        "io.grpc",
                        "io.grpc.stub",
                        "io.agentfense.ignore..",
                        "org.jspecify.annotations",
                        "java..",
                        "javax.net.ssl")
                .check(CLASSES);
    }
}
