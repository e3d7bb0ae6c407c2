package dev.keywright.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

/** Each optional library may be missing: whoever needs it is told which, the others are not concerned. */
class MissingLibraryTest {

    /** Makes a codec and uses it; loaded again by a loader that knows few libraries. */
    public static final class Probe implements UnaryOperator<String> {
        @Override
        public String apply(String name) {
            Codec<String> codec = switch (name) {
                case "text" -> Codecs.string();
                case "json" -> Codecs.json(String.class);
                case "cbor" -> Codecs.cbor(String.class);
                case "smile" -> Codecs.smile(String.class);
                case "java" -> Codecs.java(String.class);
                default -> Codecs.compressed(Codecs.string(), Compression.valueOf(name), 0);
            };
            byte[] bytes = codec.encode(name);
            return codec.decode(codec.format(), bytes, 0, bytes.length);
        }
    }

    private static URL home(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static UnaryOperator<String> probeWith(Class<?>... libraries) throws ReflectiveOperationException {
        List<URL> urls = new ArrayList<>(List.of(home(Codecs.class), home(Probe.class)));
        Stream.of(libraries).map(MissingLibraryTest::home).forEach(urls::add);
        ClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Object probe =
                loader.loadClass(Probe.class.getName()).getDeclaredConstructor().newInstance();
        @SuppressWarnings("unchecked")
        UnaryOperator<String> typed = (UnaryOperator<String>) probe;
        return name -> {
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(loader); // where Jackson looks for its modules
            try {
                return typed.apply(name);
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        };
    }

    private static void works(UnaryOperator<String> probe, String... names) {
        assertThat(Stream.of(names).map(probe)).containsExactly(names);
    }

    private static void misses(UnaryOperator<String> probe, String name, String artifact) {
        assertThatThrownBy(() -> probe.apply(name))
                .satisfies(
                        e -> assertThat(e.getClass().getName()).isEqualTo("dev.keywright.KeywrightException$Misused"))
                .hasMessageEndingWith("Add " + artifact + " to the dependencies.");
    }

    @Test
    void withoutAnyLibraryEachIsNamed() throws ReflectiveOperationException {
        UnaryOperator<String> probe = probeWith();
        works(probe, "text", "java");
        misses(probe, "json", "com.fasterxml.jackson.core:jackson-databind");
        misses(probe, "cbor", "com.fasterxml.jackson.core:jackson-databind");
        misses(probe, "LZ4", "at.yawk.lz4:lz4-java");
        misses(probe, "ZSTD", "com.github.luben:zstd-jni");
    }

    @Test
    void whatIsThereWorksWithoutTheRest() throws ReflectiveOperationException {
        UnaryOperator<String> json = probeWith(JsonProperty.class, JsonFactory.class, ObjectMapper.class);
        works(json, "json");
        misses(json, "cbor", "com.fasterxml.jackson.dataformat:jackson-dataformat-cbor");
        misses(json, "smile", "com.fasterxml.jackson.dataformat:jackson-dataformat-smile");
        UnaryOperator<String> cbor =
                probeWith(JsonProperty.class, JsonFactory.class, ObjectMapper.class, CBORFactory.class);
        works(cbor, "json", "cbor");
        misses(cbor, "smile", "com.fasterxml.jackson.dataformat:jackson-dataformat-smile");
        UnaryOperator<String> lz4 = probeWith(LZ4Factory.class);
        works(lz4, "text", "LZ4");
        misses(lz4, "ZSTD", "com.github.luben:zstd-jni");
    }
}
