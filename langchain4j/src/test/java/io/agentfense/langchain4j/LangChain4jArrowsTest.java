package io.agentfense.langchain4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The adapter uses the client and its framework, and no other module. */
class LangChain4jArrowsTest {
    @Test
    void usesOnlyWhatItMay() {
        classes()
                .that()
                .resideInAPackage("io.agentfense.langchain4j..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.agentfense.langchain4j..",
                        "io.agentfense.client",
                        "io.agentfense.client.tools",
                        "dev.langchain4j..",
                        "org.jspecify.annotations",
                        "java..")
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPath("target/classes"));
    }
}
