@echo off
rem Runs a tool of this project on Windows: keepalive relay --help.
rem Needs a Java runtime from 17: JAVA_HOME, or java on the PATH. keepalive.jar is beside this file, or was built here.
setlocal
set "JAR=%~dp0keepalive.jar"
if not exist "%JAR%" set "JAR=%~dp0keepalive-cli\target\keepalive.jar"
if not exist "%JAR%" (
  echo keepalive: no keepalive.jar here ^(expected: beside keepalive.cmd; or build it with mvnw.cmd -pl keepalive-cli -am package -Dfast^) 1>&2
  exit /b 1
)
set "JAVA=java"
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "JAVA=%JAVA_HOME%\bin\java.exe"
set "KEEPALIVE_JVM="
if /i "%~1"=="relay" set "KEEPALIVE_JVM=-XX:+UseSerialGC -Xmn8m -Xshare:auto"
"%JAVA%" %KEEPALIVE_JVM% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
