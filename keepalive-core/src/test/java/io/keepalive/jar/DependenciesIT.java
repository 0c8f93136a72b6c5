package io.keepalive.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is published needs nothing but the JDK. */
class DependenciesIT {
    private static final Path PUBLISHED_POM = Path.of(".flattened-pom.xml");

    @Test
    void pom_hasNoDependencyAtRunTime_andNoParentToInheritOneFrom() throws Exception {
        Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(PUBLISHED_POM.toFile());

        assertThat(pom.getElementsByTagName("artifactId").item(0).getTextContent())
                .isEqualTo("keepalive-core");
        assertThat(pom.getElementsByTagName("parent").getLength()).isZero();
        NodeList dependencies = pom.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            assertThat(dependency.getElementsByTagName("scope").item(0).getTextContent())
                    .as(dependency.getTextContent())
                    .isIn("provided", "test");
        }
    }

    @Test
    void module_requiresTheJdkOnly_andExportsTheApiOnly() throws Exception {
        ModuleDescriptor descriptor = ModuleFinder.of(PublishedJar.path())
                .find("io.keepalive.core")
                .orElseThrow()
                .descriptor();

        assertThat(descriptor.isAutomatic()).isFalse();
        assertThat(descriptor.requires())
                .filteredOn(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder("java.base", "jdk.jfr", "jdk.net");
        assertThat(descriptor.exports())
                .filteredOn(export -> !export.isQualified())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder(
                        "io.keepalive",
                        "io.keepalive.heartbeat",
                        "io.keepalive.heartbeat.wire",
                        "io.keepalive.loss",
                        "io.keepalive.socket");
    }

    @Test
    void jar_holdsOurClassesOnly() throws Exception {
        List<String> classes = new ArrayList<>();
        try (JarFile jar = new JarFile(PublishedJar.path().toFile())) {
            jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .forEach(classes::add);
        }
        assertThat(classes).contains("io/keepalive/KeepAlive.class");
        assertThat(classes)
                .allMatch(name -> name.startsWith("io/keepalive/")
                        || name.startsWith("META-INF/versions/22/io/keepalive/")
                        || name.equals("module-info.class"));
    }

    /** Annotations aside, which leave no reference that has to resolve. */
    @Test
    void classes_referToTheJdkOnly() throws Exception {
        java.io.StringWriter output = new java.io.StringWriter();
        java.io.PrintWriter writer = new java.io.PrintWriter(output);
        int exitCode = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        writer,
                        writer,
                        "--ignore-missing-deps",
                        "--multi-release",
                        String.valueOf(Runtime.version().feature()),
                        "--print-module-deps",
                        PublishedJar.path().toString());

        assertThat(exitCode).as(output.toString()).isZero();
        assertThat(output.toString().trim()).isEqualTo("java.base,jdk.jfr,jdk.net");
    }
}
