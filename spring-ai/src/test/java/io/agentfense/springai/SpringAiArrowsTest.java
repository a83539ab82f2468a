package io.agentfense.springai;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The adapter uses the client and its framework, and no other module. */
class SpringAiArrowsTest {
    @Test
    void usesOnlyWhatItMay() {
        classes()
                .that()
                .resideInAPackage("io.agentfense.springai..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.agentfense.springai..",
                        "io.agentfense.client",
                        "io.agentfense.client.tools",
                        "org.springframework.ai.tool..",
                        "org.jspecify.annotations",
                        "java..")
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPath("target/classes"));
    }
}
