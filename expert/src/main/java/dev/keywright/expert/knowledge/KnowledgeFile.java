package dev.keywright.expert.knowledge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One YAML file of the knowledge: in which folder it lies, its name without ending, and its content. */
record KnowledgeFile(String folder, String name, Node root) {

    private static final List<String> FOLDERS = List.of("patterns", "vocabulary", "knowledge");
    private static final String ROOT = "/dev/keywright/expert/";

    /** All files, folder by folder, in alphabetical order. */
    static List<KnowledgeFile> all() {
        List<KnowledgeFile> files = new ArrayList<>();
        for (String folder : FOLDERS) {
            for (String file : names(folder)) {
                files.add(read(folder, file));
            }
        }
        return files;
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

    private static List<String> names(String folder) {
        URL url = KnowledgeFile.class.getResource(ROOT + folder);
        if (url == null) {
            throw new IllegalStateException(ROOT + folder + " is missing from the program; build it again");
        }
        try {
            if (url.getProtocol().equals("file")) {
                try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
                    return files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".yaml"))
                            .sorted()
                            .toList();
                }
            }
            String prefix = (ROOT + folder + "/").substring(1);
            JarURLConnection connection = (JarURLConnection) url.openConnection();
            return connection.getJarFile().stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(prefix) && name.endsWith(".yaml"))
                    .map(name -> name.substring(prefix.length()))
                    .filter(name -> name.indexOf('/') < 0)
                    .sorted()
                    .toList();
        } catch (IOException | java.net.URISyntaxException e) {
            throw new IllegalStateException("the knowledge in " + url + " could not be listed", e);
        }
    }
}
