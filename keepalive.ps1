# Runs a tool of this project in PowerShell: .\keepalive.ps1 relay --help.
# Needs a Java runtime from 17: JAVA_HOME, or java on the PATH. keepalive.jar is beside this file, or was built here.
$jar = Join-Path $PSScriptRoot 'keepalive.jar'
if (-not (Test-Path $jar)) { $jar = Join-Path $PSScriptRoot 'keepalive-cli/target/keepalive.jar' }
if (-not (Test-Path $jar)) {
    [Console]::Error.WriteLine('keepalive: no keepalive.jar here (expected: beside keepalive.ps1; or build it with mvnw.cmd -pl keepalive-cli -am package -Dfast)')
    exit 1
}
$java = 'java'
if ($env:JAVA_HOME) {
    foreach ($name in 'java.exe', 'java') {
        $candidate = Join-Path (Join-Path $env:JAVA_HOME 'bin') $name
        if (Test-Path $candidate) { $java = $candidate; break }
    }
}
$jvm = @()
if ($args.Count -gt 0 -and $args[0] -eq 'relay') { $jvm = @('-XX:+UseSerialGC', '-Xmn8m', '-Xshare:auto') }
& $java @jvm -jar $jar @args
exit $LASTEXITCODE
