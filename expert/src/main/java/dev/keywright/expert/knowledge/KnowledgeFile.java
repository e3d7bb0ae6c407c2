package dev.keywright.expert.knowledge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One YAML file of the knowledge: in which folder it lies, its name without ending, and its content. */
record KnowledgeFile(String folder, String name, Node root) {

    private static final List<String> FOLDERS = List.of("patterns", "vocabulary", "knowledge", "verbs");
    private static final String ROOT = "/dev/keywright/expert/";

    /** All files, folder by folder, in alphabetical order. */
    static List<KnowledgeFile> all() {
        return FOLDERS.stream()
                .flatMap(folder -> names(folder).stream().map(file -> new String[] {folder, file}))
                .toList()
                .parallelStream() // reading YAML is most of the start-up time
                .map(place -> read(place[0], place[1]))
                .toList();
    }

    private static KnowledgeFile read(String folder, String file) {
        String path = ROOT + folder + "/" + file;
        try (InputStream in = KnowledgeFile.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is missing from the program; build it again");
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(folder + "/" + file)
                    .setCodePointLimit(10_000_000)
                    .build();
            Object value = new Load(settings).loadFromInputStream(in);
            String name = file.substring(0, file.length() - ".yaml".length());
            return new KnowledgeFile(folder, name, new Node(folder + "/" + file, value));
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be read", e);
        }
    }

    /** The folder may stand on the class path more than once, beside classes of the same package: all of them are listed. */
    private static List<String> names(String folder) {
        String path = (ROOT + folder).substring(1);
        TreeSet<String> names = new TreeSet<>();
        try {
            for (URL url : Collections.list(KnowledgeFile.class.getClassLoader().getResources(path))) {
                names.addAll(names(url, path + "/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the knowledge in " + path + " could not be listed", e);
        }
        if (names.isEmpty()) {
            throw new IllegalStateException(path + " is missing from the program; build it again");
        }
        return List.copyOf(names);
    }

    private static List<String> names(URL folder, String prefix) throws IOException {
        if (folder.openConnection() instanceof JarURLConnection jar) {
            return jar.getJarFile().stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith(prefix) && name.endsWith(".yaml"))
                    .map(name -> name.substring(prefix.length()))
                    .filter(name -> name.indexOf('/') < 0)
                    .toList();
        }
        try (Stream<Path> files = Files.list(Path.of(URI.create(folder.toString())))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .toList();
        }
    }
}
