package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The packaged jar is a real named module. */
class ModuleIT {

    @Test
    void shouldExportTheApiAndNeedNothingAtRunTime() throws URISyntaxException {
        Path jar = Path.of(
                NatLab.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertThat(jar.getFileName().toString()).endsWith(".jar");

        ModuleDescriptor module =
                ModuleFinder.of(jar).find("io.keepalive.lab").orElseThrow().descriptor();
        assertThat(module.isAutomatic()).isFalse();
        assertThat(module.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder("io.keepalive.lab", "io.keepalive.lab.junit");
        assertThat(module.requires())
                .filteredOn(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactly("java.base");
    }
}
